"""Fetching mails from mailboxes by IMAP: read, store, remember how far; the mailbox itself is left as it is."""

from contextlib import closing
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted

from bihuan.service.intake.models import Mailbox
from bihuan.service.intake.services import quarantine, store_mail

BATCH = 200
TIMEOUT = 30
PAUSE = timedelta(seconds=20)


def poll_due() -> dict[str, int]:
    """Poll every mailbox that is switched on; one that fails does not stop the others."""
    taken = {}
    now = timezone.now()
    due = Q(last_polled_at__isnull=True) | Q(last_polled_at__lte=now - PAUSE)
    for box in Mailbox.objects.filter(due, is_enabled=True):
        mine = Mailbox.objects.filter(due, pk=box.pk).update(last_polled_at=now)
        if mine:
            taken[box.address] = poll(box)
    return taken


def poll(box: Mailbox) -> int:
    """Store what is new in one mailbox and return how many; the reason of a failure is kept beside the mailbox."""
    try:
        with closing(_Session(box)) as session:
            count = session.fetch()
    except Exception as error:
        Mailbox.objects.filter(pk=box.pk).update(last_error=f"{type(error).__name__}: {error}"[:300])
        return 0
    Mailbox.objects.filter(pk=box.pk).update(last_error="")
    return count


class _Session:
    """One visit to one mailbox."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        kind = MailBox if box.use_tls else MailBoxUnencrypted
        self.server: BaseMailBox = kind(box.host, port=box.port, timeout=TIMEOUT)
        self.server.login(box.username, box.secret, initial_folder=box.folder)

    def close(self) -> None:
        self.server.logout()

    def fetch(self) -> int:
        """Walk on from the last UID; a mailbox that was made anew is read from its start, known mails count once."""
        validity = int(self.server.folder.status(self.box.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        last = self.box.last_uid if validity == self.box.uid_validity else 0
        uids = sorted(uid for uid in map(int, self.server.uids(f"UID {last + 1}:*")) if uid > last)[:BATCH]
        for uid in uids:
            self._take(uid)
            Mailbox.objects.filter(pk=self.box.pk).update(uid_validity=validity, last_uid=uid)
        return len(uids)

    def _take(self, uid: int) -> None:
        """Ask for the size first: a monster is noted in quarantine and never loaded."""
        size = self._size(uid)
        if size > settings.MAX_MAIL_BYTES:
            head = self._raw(uid, "BODY.PEEK[HEADER]")
            message, fresh = store_mail(
                raw=head, source=self.box.address, channel=self.box.channel, mailbox=self.box, read=False
            )
            if fresh:
                quarantine(message=message, reason=f"too_large: {filesizeformat(size)}")
            return
        raw = self._raw(uid, "BODY.PEEK[]")
        store_mail(raw=raw, source=self.box.address, channel=self.box.channel, mailbox=self.box)

    def _size(self, uid: int) -> int:
        _status, data = self.server.client.uid("fetch", str(uid), "(RFC822.SIZE)")
        text = b"".join(part if isinstance(part, bytes) else b" ".join(part) for part in data if part)
        return int(text.split(b"RFC822.SIZE")[1].strip(b" )").split()[0].strip(b")"))

    def _raw(self, uid: int, part: str) -> bytes:
        _status, data = self.server.client.uid("fetch", str(uid), f"({part})")
        return next(bytes(item[1]) for item in data if isinstance(item, tuple))
