import bihuan.service.visits.models.visit
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('desk', '0003_order_by_priority_and_complaint'),
        ('files', '0001_initial'),
        ('people', '0002_encrypted_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('policy', '0001_initial'),
        ('products', '0002_order_by_installation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='visit no.')),
                ('token', models.CharField(default=bihuan.service.visits.models.visit._token, editable=False, max_length=32, unique=True)),
                ('state', models.CharField(choices=[('asked', 'Awaiting authorisation'), ('planned', 'Time proposed'), ('confirmed', 'Time agreed'), ('on_site', 'On site'), ('reported', 'Awaiting signature'), ('finished', 'Finished'), ('cancelled', 'Cancelled')], max_length=10, verbose_name='state')),
                ('purpose', models.CharField(choices=[('survey', 'Site survey'), ('service', 'Service on site')], max_length=8, verbose_name='purpose')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('place', models.CharField(max_length=200, verbose_name='place')),
                ('contact_name', models.CharField(max_length=60, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('task', models.TextField(verbose_name='what is to be done')),
                ('supplies', models.TextField(blank=True, verbose_name='tools, spare parts and papers to bring')),
                ('onsite_reason', models.CharField(blank=True, max_length=200, verbose_name='why remote help is not enough')),
                ('prepared', models.JSONField(blank=True, default=list, verbose_name='prepared')),
                ('confirmed_by', models.CharField(blank=True, max_length=60, verbose_name='agreed with')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('wish', models.CharField(blank=True, max_length=300, verbose_name="the customer's wish")),
                ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='arrived at')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left at')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next deadline')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='desk.case', verbose_name='case')),
                ('engineer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to=settings.AUTH_USER_MODEL, verbose_name='engineer')),
                ('helpers', models.ManyToManyField(blank=True, related_name='helping_visits', to=settings.AUTH_USER_MODEL, verbose_name='accompanied by')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.policyversion')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'visit',
                'indexes': [models.Index(fields=['state', '-id'], name='visit_by_state'), models.Index(fields=['starts_at', 'id'], name='visit_by_time'), models.Index(fields=['engineer', 'starts_at'], name='visit_by_engineer'), models.Index(fields=['next_due_at', 'id'], name='visit_by_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='visit_lasts'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('arrived_at__isnull', False), _connector='OR'), name='visit_arrives_before_it_leaves')],
            },
        ),
        migrations.CreateModel(
            name='FieldReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phenomenon', models.TextField(verbose_name='phenomenon, confirmed with the customer')),
                ('environment', models.TextField(blank=True, verbose_name='installation environment and working state')),
                ('plan', models.TextField(blank=True, verbose_name='plan')),
                ('agreed_with', models.CharField(blank=True, max_length=60, verbose_name='agreed with')),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('steps', models.TextField(blank=True, verbose_name='key operation steps')),
                ('parts', models.TextField(blank=True, verbose_name='replaced parts: model, specification, quantity')),
                ('same_parts', models.BooleanField(default=False, verbose_name='same model and specification as the original')),
                ('parameters', models.TextField(blank=True, verbose_name='commissioning parameters')),
                ('results', models.JSONField(blank=True, default=list, verbose_name='results against the criteria')),
                ('verdict', models.CharField(blank=True, choices=[('solved', 'Problem solved'), ('open', 'Not solved yet'), ('found', 'Only looked at')], max_length=6, verbose_name='result')),
                ('residual', models.TextField(blank=True, verbose_name='residual problems')),
                ('advice', models.TextField(blank=True, verbose_name='advice for use')),
                ('training', models.TextField(blank=True, verbose_name='training of the customer')),
                ('trained', models.CharField(blank=True, max_length=120, verbose_name='who was trained')),
                ('demonstrated', models.BooleanField(default=False, verbose_name='result demonstrated and precautions explained')),
                ('cleaned', models.BooleanField(default=False, verbose_name='site cleaned')),
                ('reported_at', models.DateTimeField(blank=True, null=True)),
                ('satisfied', models.BooleanField(blank=True, null=True, verbose_name='accepted')),
                ('process_score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='process')),
                ('result_score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='result')),
                ('attitude_score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='attitude')),
                ('opinion', models.TextField(blank=True, verbose_name='opinion')),
                ('signed_by', models.CharField(blank=True, max_length=60, verbose_name='signed by')),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('signature', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='visits.visit')),
            ],
            options={
                'verbose_name': 'field service report',
                'constraints': [models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), models.Q(models.Q(('signed_by', ''), _negated=True), ('satisfied__isnull', False)), _connector='OR'), name='report_signed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('reason', models.CharField(max_length=80, verbose_name='reason')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='engineer')),
            ],
            options={
                'verbose_name': 'absence',
                'ordering': ['-starts_on'],
                'indexes': [models.Index(fields=['user', 'ends_on'], name='absence_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_has_days')],
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('training', models.CharField(max_length=120, verbose_name='training or certificate')),
                ('passed_on', models.DateField(verbose_name='passed on')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.productline', verbose_name='product line')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='qualifications', to=settings.AUTH_USER_MODEL, verbose_name='engineer')),
            ],
            options={
                'verbose_name': 'qualification',
                'ordering': ['user', 'line'],
                'constraints': [models.UniqueConstraint(fields=('user', 'line', 'training'), name='qualification_once'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('passed_on')), _connector='OR'), name='qualification_not_over_before_it_began')],
            },
        ),
    ]
