import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('desk', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('cycle', models.PositiveSmallIntegerField()),
                ('plan', models.SlugField(max_length=60)),
                ('questionnaire', models.SlugField(max_length=60)),
                ('channel', models.SlugField(max_length=60)),
                ('state', models.CharField(choices=[('due', 'To call'), ('done', 'Done'), ('unreached', 'Not reached'), ('cancelled', 'Not needed')], default='due', max_length=10)),
                ('call_at', models.DateTimeField(verbose_name='call at')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('scores', models.JSONField(blank=True, default=dict)),
                ('opinion', models.TextField(blank=True, verbose_name='opinion and suggestions')),
                ('solved', models.BooleanField(blank=True, null=True, verbose_name='problem solved')),
                ('public_token', models.CharField(max_length=32, unique=True)),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='desk.case')),
            ],
            options={
                'verbose_name': 'follow-up',
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['call_at', 'id'], name='follow_up_call_list'), models.Index(fields=['state', '-id'], name='follow_up_by_state')],
                'constraints': [models.UniqueConstraint(fields=('case', 'cycle', 'plan'), name='follow_up_once_per_plan')],
            },
        ),
        migrations.CreateModel(
            name='CallAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(max_length=16)),
                ('remark', models.CharField(blank=True, max_length=200)),
                ('call_again_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='followup.followup')),
            ],
            options={
                'verbose_name': 'call attempt',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReviewTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=4)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('cause', models.TextField(blank=True, verbose_name='why the customer is not satisfied')),
                ('improvement', models.TextField(blank=True, verbose_name='improvement')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('follow_up', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review', to='followup.followup')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'review of an unsatisfied service',
            },
        ),
    ]
