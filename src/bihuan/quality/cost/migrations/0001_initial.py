import bihuan.quality.cost.fields
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('desk', '0003_order_by_priority_and_complaint'),
        ('issues', '0001_initial'),
        ('nonconformity', '0001_initial'),
        ('people', '0002_encrypted_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('policy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('supplier_name', models.CharField(blank=True, max_length=120, verbose_name='supplier')),
                ('weight', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='share (%)')),
                ('amount', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='amount')),
                ('answer', models.CharField(choices=[('open', 'Not yet answered'), ('accepted', 'Accepted'), ('objected', 'Objected')], default='open', max_length=8, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='unit')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'share',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('weight__gte', 0)), name='share_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('department__isnull', False), ('person__isnull', True), ('supplier_name', '')), models.Q(('department__isnull', True), ('person__isnull', True), models.Q(('supplier_name', ''), _negated=True)), models.Q(('department__isnull', True), ('person__isnull', False), ('supplier_name', '')), _connector='OR'), name='share_of_one_bearer')],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='voucher no.')),
                ('kind', models.CharField(choices=[('transfer', 'Cost transfer'), ('deduction', 'Deduction notice'), ('claim', 'Supplier claim'), ('compensation', 'Compensation'), ('write_off', 'Write-off declaration')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approving', 'In approval'), ('sent', 'Sent, waits for answers'), ('objected', 'Objected to'), ('agreed', 'Agreed, waits for finance'), ('posted', 'Posted'), ('cancelled', 'Cancelled')], default='draft', max_length=10, verbose_name='state')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('description', models.TextField(verbose_name='description')),
                ('basis', models.CharField(blank=True, max_length=300, verbose_name='basis')),
                ('occurred_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date of the event')),
                ('total', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='amount')),
                ('drafted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='drafted at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('objection_until', models.DateTimeField(blank=True, null=True, verbose_name='objections until')),
                ('decision', models.CharField(blank=True, max_length=300, verbose_name='decision on the objection')),
                ('posted_at', models.DateTimeField(blank=True, null=True, verbose_name='posted at')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='finance voucher no.')),
                ('next_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next deadline')),
                ('way', models.CharField(blank=True, max_length=60, verbose_name='way of deduction')),
                ('month', models.DateField(blank=True, null=True, verbose_name='month of deduction')),
                ('compensation_kind', models.SlugField(blank=True, max_length=60, verbose_name='kind of compensation')),
                ('visited_on', models.DateField(blank=True, null=True, verbose_name='visited on')),
                ('appraisal', models.TextField(blank=True, verbose_name='appraisal')),
                ('agreed_with', models.CharField(blank=True, max_length=60, verbose_name='agreed with')),
                ('agreed_on', models.DateField(blank=True, null=True, verbose_name='agreed on')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.case')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('drafter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafter')),
                ('from_department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='transferring unit')),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issue')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.policyversion')),
                ('posted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posted by')),
                ('settles', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deductions', to='cost.share', verbose_name='collects the share')),
                ('sheet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nonconformity.nonconformity')),
                ('supervisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='supervisor')),
                ('technician', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='technician')),
            ],
            options={
                'verbose_name': 'voucher',
                'indexes': [models.Index(fields=['state', '-id'], name='voucher_by_state'), models.Index(fields=['kind', '-id'], name='voucher_by_kind'), models.Index(fields=['drafted_at', 'id'], name='voucher_by_time'), models.Index(fields=['total', 'id'], name='voucher_by_amount')],
                'constraints': [models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='voucher_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('issue__isnull', True), ('sheet__isnull', True)), models.Q(('case__isnull', True), ('issue__isnull', False), ('sheet__isnull', True)), models.Q(('case__isnull', True), ('issue__isnull', True), ('sheet__isnull', False)), models.Q(('case__isnull', True), ('issue__isnull', True), ('sheet__isnull', True)), _connector='OR'), name='voucher_about_one'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'posted'), _negated=True), ('posted_at__isnull', False), _connector='OR'), name='voucher_posted_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='CostLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=60, verbose_name='cost class')),
                ('amount', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='amount')),
                ('occurred_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at')),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.CharField(blank=True, max_length=200)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='desk.case')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issue')),
                ('sheet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='nonconformity.nonconformity')),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='voided by')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='made_lines', to='cost.voucher')),
                ('voucher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='cost.voucher', verbose_name='voucher')),
            ],
            options={
                'verbose_name': 'cost line',
                'indexes': [models.Index(condition=models.Q(('case__isnull', False)), fields=['case', '-id'], name='cost_of_case'), models.Index(condition=models.Q(('issue__isnull', False)), fields=['issue', '-id'], name='cost_of_issue'), models.Index(condition=models.Q(('sheet__isnull', False)), fields=['sheet', '-id'], name='cost_of_sheet'), models.Index(fields=['occurred_on', 'id'], name='cost_by_day'), models.Index(fields=['amount', 'id'], name='cost_by_amount')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='cost_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('issue__isnull', True), ('sheet__isnull', True)), models.Q(('case__isnull', True), ('issue__isnull', False), ('sheet__isnull', True)), models.Q(('case__isnull', True), ('issue__isnull', True), ('sheet__isnull', False)), _connector='OR'), name='cost_about_one'), models.CheckConstraint(condition=models.Q(('voided_at__isnull', True), ('voucher__isnull', True), _connector='OR'), name='cost_void_or_taken')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('booking', models.PositiveBigIntegerField(verbose_name='booking')),
                ('account', models.CharField(choices=[('incurred', 'Incurred'), ('loss', 'Loss that nobody bears yet'), ('bearer', 'Borne by units, suppliers, persons'), ('recovered', 'Deducted or received'), ('fined', 'Penalties'), ('written_off', 'Written off')], max_length=12, verbose_name='account')),
                ('supplier_name', models.CharField(blank=True, max_length=120, verbose_name='supplier')),
                ('amount', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='amount')),
                ('text', models.CharField(blank=True, max_length=120, verbose_name='text')),
                ('posted_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='posted on')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='unit')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='cost.costline')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('voucher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='cost.voucher')),
            ],
            options={
                'verbose_name': 'posting',
                'indexes': [models.Index(fields=['account', 'posted_on'], name='posting_by_account'), models.Index(fields=['booking'], name='posting_by_booking'), models.Index(fields=['posted_on', 'id'], name='posting_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='posting_of_something')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=120, verbose_name='item')),
                ('quantity', models.DecimalField(decimal_places=3, default=Decimal('1'), max_digits=12, verbose_name='quantity')),
                ('price', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='price')),
                ('rate', models.DecimalField(decimal_places=2, default=Decimal('100'), max_digits=6, verbose_name='rate (%)')),
                ('amount', bihuan.quality.cost.fields.MoneyField(decimal_places=2, max_digits=16, verbose_name='amount')),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='cost.voucher')),
            ],
            options={
                'verbose_name': 'item',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='item_not_negative')],
            },
        ),
        migrations.AddField(
            model_name='share',
            name='voucher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='cost.voucher'),
        ),
    ]
