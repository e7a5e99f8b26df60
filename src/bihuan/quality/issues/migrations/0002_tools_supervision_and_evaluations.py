import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0001_initial'),
        ('people', '0002_encrypted_secrets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Communication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('medium', models.CharField(choices=[('meeting', 'Meeting'), ('mail', 'E-mail'), ('report', 'Report'), ('training', 'Training')], max_length=8, verbose_name='means')),
                ('text', models.TextField(verbose_name='content')),
                ('held_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='held on')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('departments', models.ManyToManyField(related_name='+', to='people.department', verbose_name='departments')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='communications', to='issues.issue')),
            ],
            options={
                'verbose_name': 'communication',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveSmallIntegerField(default=1)),
                ('method', models.CharField(choices=[('feedback', 'Customer feedback'), ('sampling', 'Sampling inspection'), ('audit', 'Internal audit')], max_length=10, verbose_name='method')),
                ('asked', models.PositiveIntegerField(verbose_name='asked, sampled or audited')),
                ('bad', models.PositiveIntegerField(verbose_name='not satisfied or not conforming')),
                ('text', models.TextField(verbose_name='result')),
                ('is_good', models.BooleanField(verbose_name='speaks for the effect')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='issues.issue')),
            ],
            options={
                'verbose_name': 'evaluation of the effect',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('bad__lte', models.F('asked'))), name='issue_bad_of_asked')],
            },
        ),
        migrations.CreateModel(
            name='FlowStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=60, verbose_name='step')),
                ('control', models.CharField(blank=True, max_length=200, verbose_name='how it is controlled')),
                ('is_suspect', models.BooleanField(default=False, verbose_name='the problem may arise or escape here')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flow', to='issues.issue')),
            ],
            options={
                'verbose_name': 'step of the process',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnedPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='part or product')),
                ('serial', models.CharField(blank=True, max_length=60, verbose_name='serial no.')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='received at')),
                ('result', models.TextField(blank=True, verbose_name='what the test showed')),
                ('is_confirmed', models.BooleanField(blank=True, null=True, verbose_name='fault confirmed')),
                ('analysed_at', models.DateTimeField(blank=True, null=True)),
                ('analysed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='issues.issue')),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'returned part',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Supervision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('finding', 'Finding, to be corrected'), ('reward', 'Reward'), ('penalty', 'Penalty')], max_length=8, verbose_name='kind')),
                ('text', models.TextField(verbose_name='content')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='to be corrected by')),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('correction', models.TextField(blank=True, verbose_name='what was corrected')),
                ('corrected_at', models.DateTimeField(blank=True, null=True)),
                ('corrected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='department')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supervisions', to='issues.issue')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'note of the supervision',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'finding'), _negated=True), ('due_at__isnull', False), _connector='OR'), name='issue_finding_has_limit'), models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='issue_note_amount')],
            },
        ),
        migrations.AddField(
            model_name='effectcheck',
            name='mature',
            field=models.PositiveIntegerField(default=0, verbose_name='units out long enough'),
        ),
        migrations.AddField(
            model_name='effectcheck',
            name='min_days',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='days in the field needed'),
        ),
        migrations.AddField(
            model_name='issue',
            name='passed_on_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='passed on by the superior'),
        ),
        migrations.AddField(
            model_name='issue',
            name='superior',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='superior of the reporter'),
        ),
        migrations.AddField(
            model_name='issue',
            name='superior_note',
            field=models.CharField(blank=True, max_length=300, verbose_name='nature and severity as the superior sees them'),
        ),
        migrations.AddField(
            model_name='measure',
            name='adopted_as',
            field=models.CharField(blank=True, max_length=120, verbose_name='taken into the management system as'),
        ),
        migrations.AddField(
            model_name='measure',
            name='adopted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='measure',
            name='adopted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='measure',
            name='means',
            field=models.CharField(blank=True, choices=[('', 'Other'), ('process', 'Process corrected or improved'), ('training', 'Training of staff'), ('equipment', 'Equipment changed'), ('material', 'Material changed'), ('design', 'Design or technical document changed'), ('inspection', 'Inspection or monitoring')], default='', max_length=10, verbose_name='by what'),
        ),
        migrations.AddField(
            model_name='measure',
            name='progress',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='progress in per cent'),
        ),
        migrations.AddField(
            model_name='measure',
            name='trouble',
            field=models.CharField(blank=True, max_length=300, verbose_name='what is in the way'),
        ),
        migrations.AddField(
            model_name='reply',
            name='need',
            field=models.TextField(blank=True, verbose_name="customer's needs"),
        ),
        migrations.AddField(
            model_name='signal',
            name='latest_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='signal',
            name='latest_count',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='signal',
            name='latest_exposure',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='signal',
            name='repeats',
            field=models.PositiveIntegerField(default=0, verbose_name='repeats'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='kind',
            field=models.CharField(choices=[('interim', 'Interim measure'), ('corrective', 'Corrective measure'), ('preventive', 'Preventive measure'), ('improvement', 'Further improvement')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='issue_progress_to_100'),
        ),
    ]
