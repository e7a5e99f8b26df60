import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('files', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('policy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('profile', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.policyprofile', verbose_name='profile')),
            ],
            options={
                'verbose_name': 'product line',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ProductModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='model')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('specification', models.CharField(blank=True, max_length=200, verbose_name='specification')),
                ('drawing_no', models.CharField(blank=True, max_length=60, verbose_name='drawing no.')),
                ('is_active', models.BooleanField(default=True, verbose_name='in production')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='models', to='products.productline', verbose_name='line')),
            ],
            options={
                'verbose_name': 'product model',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='batch no.')),
                ('produced_on', models.DateField(blank=True, null=True, verbose_name='production date')),
                ('quantity', models.PositiveIntegerField(default=0, verbose_name='quantity')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='products.productmodel')),
            ],
            options={
                'verbose_name': 'batch',
                'constraints': [models.UniqueConstraint(fields=('model', 'number'), name='batch_once')],
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='delivery note')),
                ('line_no', models.PositiveIntegerField(default=1, verbose_name='line')),
                ('shipped_on', models.DateField(verbose_name='shipping date')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='products.batch', verbose_name='batch')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='customers.customer', verbose_name='customer')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='products.productmodel', verbose_name='model')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'shipment',
                'indexes': [models.Index(fields=['model', 'shipped_on'], name='shipment_denominator')],
                'constraints': [models.UniqueConstraint(fields=('number', 'line_no'), name='shipment_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='shipment_some')],
            },
        ),
        migrations.CreateModel(
            name='WarrantyPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('months', models.PositiveSmallIntegerField(verbose_name='months')),
                ('main_part_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='months for main parts')),
                ('start_basis', models.CharField(choices=[('latest', 'Delivery or installation, whichever is later'), ('delivery', 'Delivery'), ('installation', 'Installation'), ('invoice', 'Invoice')], default='latest', max_length=12, verbose_name='counts from')),
                ('fallback_days', models.PositiveSmallIntegerField(default=90, verbose_name='days after production when no date is known')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='legal or contract basis')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='warranties', to='products.productline', verbose_name='product line')),
                ('model', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='warranties', to='products.productmodel', verbose_name='product model')),
            ],
            options={
                'verbose_name': 'warranty policy',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.CharField(max_length=60, unique=True, verbose_name='serial no.')),
                ('order_no', models.CharField(blank=True, max_length=60, verbose_name='order no.')),
                ('produced_on', models.DateField(blank=True, null=True, verbose_name='production date')),
                ('shipped_on', models.DateField(blank=True, null=True, verbose_name='shipping date')),
                ('delivered_on', models.DateField(blank=True, null=True, verbose_name='delivery date')),
                ('invoiced_on', models.DateField(blank=True, null=True, verbose_name='purchase date')),
                ('installed_on', models.DateField(blank=True, null=True, verbose_name='installation date')),
                ('custom', models.JSONField(blank=True, default=dict)),
                ('public_token', models.CharField(editable=False, max_length=32, unique=True)),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='products.batch', verbose_name='batch')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='customers.customer', verbose_name='customer')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='products.productmodel', verbose_name='model')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='units', to='customers.site', verbose_name='site')),
                ('warranty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='products.warrantypolicy', verbose_name='own warranty')),
            ],
            options={
                'verbose_name': 'unit',
                'indexes': [models.Index(fields=['customer', '-id'], name='unit_customer'), models.Index(fields=['model', '-id'], name='unit_model')],
            },
        ),
        migrations.CreateModel(
            name='ServiceCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='card no.')),
                ('installed_on', models.DateField(verbose_name='installation date')),
                ('installer', models.CharField(blank=True, max_length=80, verbose_name='installed by')),
                ('contact_name', models.CharField(blank=True, max_length=40, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('remark', models.TextField(blank=True, verbose_name='remark')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='customers.customer')),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='card', to='products.unit')),
            ],
            options={
                'verbose_name': 'service card',
            },
        ),
        migrations.CreateModel(
            name='ProductDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('specification', 'Specification sheet'), ('drawing', 'Drawing'), ('performance', 'Performance indicators'), ('requirement', 'Special requirements'), ('certificate', 'Quality certificate'), ('test', 'Test data'), ('manual', 'Manual')], max_length=16, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('revision', models.CharField(max_length=20, verbose_name='revision')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('is_current', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='products.productmodel')),
            ],
            options={
                'verbose_name': 'product document',
                'constraints': [models.UniqueConstraint(fields=('model', 'kind', 'title', 'revision'), name='product_document_revision'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('model', 'kind', 'title'), name='product_document_one_current')],
            },
        ),
    ]
