import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('chain_subject', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('steps', models.JSONField(default=list)),
                ('current', models.PositiveSmallIntegerField(default=0)),
                ('file_with', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('open', 'In approval'), ('approved', 'Approved'), ('returned', 'Returned')], default='open', max_length=8)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('drafter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'approval',
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='approval_subject'), models.Index(fields=['state', '-id'], name='approval_by_state')],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.PositiveSmallIntegerField()),
                ('role', models.SlugField(max_length=60)),
                ('approved', models.BooleanField()),
                ('comment', models.TextField(blank=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='approvals.approval')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vote',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('approval', 'step', 'user'), name='vote_once_per_step')],
            },
        ),
    ]
