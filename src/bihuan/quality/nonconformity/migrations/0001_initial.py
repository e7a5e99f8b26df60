import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('desk', '0003_order_by_priority_and_complaint'),
        ('issues', '0001_initial'),
        ('people', '0002_encrypted_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('policy', '0001_initial'),
        ('products', '0002_order_by_installation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Nonconformity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='sheet no.')),
                ('client_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('state', models.CharField(choices=[('reported', 'Reported'), ('reviewing', 'In review'), ('approving', 'In approval'), ('disposing', 'In disposal'), ('closed', 'Closed'), ('cancelled', 'No nonconformity')], default='reported', max_length=12, verbose_name='state')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('origin', models.CharField(choices=[('incoming', 'Incoming inspection'), ('process', 'In production'), ('final', 'Final inspection'), ('store', 'Store and shipping'), ('case', 'After-sales case'), ('issue', 'Quality issue'), ('supplier', 'Supplier')], max_length=10, verbose_name='found at')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('description', models.TextField(verbose_name='nonconformity')),
                ('requirement', models.CharField(blank=True, max_length=300, verbose_name='requirement')),
                ('actual', models.CharField(blank=True, max_length=300, verbose_name='actual')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('part_name', models.CharField(blank=True, max_length=120, verbose_name='part')),
                ('drawing_no', models.CharField(blank=True, max_length=60, verbose_name='drawing no.')),
                ('supplier_name', models.CharField(blank=True, max_length=120, verbose_name='supplier')),
                ('lot_size', models.PositiveIntegerField(blank=True, null=True, verbose_name='lot size')),
                ('sample_size', models.PositiveIntegerField(blank=True, null=True, verbose_name='sample size')),
                ('quantity', models.PositiveIntegerField(verbose_name='nonconforming quantity')),
                ('defect_class', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='defect class')),
                ('occurred_at', models.DateTimeField(blank=True, null=True, verbose_name='time of occurrence')),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reported at')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('next_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next deadline')),
                ('label_no', models.CharField(blank=True, max_length=40, verbose_name='label no.')),
                ('isolated_at', models.DateTimeField(blank=True, null=True, verbose_name='isolated at')),
                ('isolation_place', models.CharField(blank=True, max_length=120, verbose_name='isolation place')),
                ('cause', models.TextField(blank=True, verbose_name='cause')),
                ('corrective', models.TextField(blank=True, verbose_name='corrective measure')),
                ('preventive', models.TextField(blank=True, verbose_name='measure against recurrence')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='required completion')),
                ('measures_done_at', models.DateTimeField(blank=True, null=True)),
                ('measures_result', models.TextField(blank=True)),
                ('verification', models.TextField(blank=True, verbose_name='verification')),
                ('superior_opinion', models.CharField(blank=True, max_length=300)),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.batch', verbose_name='batch')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='desk.case')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='responsible unit')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='nonconformity.nonconformity')),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to='issues.issue')),
                ('model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.productmodel', verbose_name='product model')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nonconformities', to=settings.AUTH_USER_MODEL, verbose_name='handler')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.policyversion')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposer')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible person')),
                ('superior', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='superior')),
            ],
            options={
                'verbose_name': 'nonconformity',
                'indexes': [models.Index(fields=['state', '-id'], name='nonconformity_by_state'), models.Index(fields=['owner', '-id'], name='nonconformity_by_owner'), models.Index(fields=['department', '-id'], name='nonconformity_by_department'), models.Index(fields=['model', 'part_name'], name='nonconformity_by_part'), models.Index(fields=['next_due_at', 'id'], name='nonconformity_by_deadline'), models.Index(fields=['reported_at', 'id'], name='nonconformity_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='nonconformity_something_found'), models.CheckConstraint(condition=models.Q(('lot_size__isnull', True), ('lot_size__gte', models.F('quantity')), _connector='OR'), name='nonconformity_within_lot')],
            },
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('return', 'Return to the supplier'), ('rework', 'Rework'), ('repair', 'Repair'), ('concession', 'Concession (use as is)'), ('regrade', 'Regrade'), ('sort', 'Sort out'), ('scrap', 'Scrap')], max_length=10, verbose_name='disposition')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('instruction', models.CharField(blank=True, max_length=300, verbose_name='instruction')),
                ('permit', models.CharField(blank=True, max_length=120, verbose_name='permitted by')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('result', models.CharField(blank=True, max_length=300, verbose_name='what was done')),
                ('passed', models.PositiveIntegerField(blank=True, null=True, verbose_name='conforming')),
                ('failed', models.PositiveIntegerField(blank=True, null=True, verbose_name='still nonconforming')),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='following', to='nonconformity.disposition')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='carried out by')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dispositions', to='nonconformity.nonconformity')),
            ],
            options={
                'verbose_name': 'disposition',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='disposition_of_something'), models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), ('quantity', django.db.models.expressions.CombinedExpression(models.F('passed'), '+', models.F('failed'))), _connector='OR'), name='disposition_check_adds_up'), models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), ('done_at__isnull', False), _connector='OR'), name='disposition_done_before_check')],
            },
        ),
    ]
