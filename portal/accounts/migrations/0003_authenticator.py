import django.db.models.deletion
import django_otp.plugins.otp_totp.models
from django.db import migrations, models

import portal.common.fields


def seal_secrets(apps, schema_editor):
    """Move every secret out of the clear column into the sealed one."""
    Authenticator = apps.get_model("accounts", "Authenticator")
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.order_by("pk"):
        kept = {field.attname: getattr(device, field.attname) for field in device._meta.concrete_fields}
        Authenticator(**{**kept, "key": ""}, totpdevice_ptr_id=device.pk, secret=device.key).save()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_service_points"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "totpdevice_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="otp_totp.totpdevice",
                    ),
                ),
                (
                    "secret",
                    portal.common.fields.SealedTextField(
                        default=django_otp.plugins.otp_totp.models.default_key, max_plain=80
                    ),
                ),
            ],
            options={"verbose_name": "动态口令", "verbose_name_plural": "动态口令"},
            bases=("otp_totp.totpdevice",),
        ),
        migrations.RunPython(seal_secrets),
    ]
