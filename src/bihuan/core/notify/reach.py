"""How programs outside are reached: by an address that the installation allows, over a connection to nowhere else.

A company's own programs usually stand in its own network, so every address is allowed. Who runs Bihuan for others sets
``BIHUAN_PUBLIC_HOOKS_ONLY``: then nobody can make the server knock at doors inside the house.
"""

from ipaddress import ip_address
from socket import SOCK_STREAM, getaddrinfo
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT = 10.0


class AddressRefused(httpx.RequestError):
    """This installation posts nothing to such an address."""


def allowed_ip(url: str) -> str:
    """Return the number behind an address, empty where any address is allowed; raises AddressRefused.

    A name may stand for several numbers; one inside the own network is enough to refuse it.
    """
    if not settings.PUBLIC_HOOKS_ONLY:
        return ""
    host = httpx.URL(url).host
    try:
        found = [str(row[4][0]) for row in getaddrinfo(host, None, type=SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise AddressRefused(_("The host “%(host)s” is not found.") % {"host": host}) from error
    if not all(_is_public(number) for number in found):
        raise AddressRefused(
            _("“%(host)s” lies inside the own network, and this installation connects to public addresses only.")
            % {"host": host}
        )
    return found[0]


def _is_public(number: str) -> bool:
    """Whether a number belongs to the open internet; one of the older kind inside the newer is looked at itself."""
    address = ip_address(number.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global and not inner.is_multicast)


def post(url: str, **request: Any) -> httpx.Response:
    """Post to an allowed address; redirects are not followed.

    Where only public addresses are allowed, the connection goes to the number that was looked at, without a proxy: a
    name that is answered differently a moment later leads nowhere else.
    """
    number = allowed_ip(url)
    if not number:
        return httpx.post(url, timeout=TIMEOUT, follow_redirects=False, **request)
    named = httpx.URL(url)
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        headers = {**request.pop("headers", {}), "Host": named.netloc.decode()}
        return client.post(
            named.copy_with(host=number), headers=headers, extensions={"sni_hostname": named.host}, **request
        )
