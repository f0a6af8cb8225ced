"""The catalogue as it was loaded, and the way back to it without loading it again."""

from typing import Any

from django.apps import apps

SCHEMA = "pristine"

#: Rows of these tables are reference material: tests read them and seldom change them.
KEPT = {
    "bundles",
    "matters",
    "identity.Region",
    "identity.Department",
    "hotline.CategoryTree",
    "hotline.Category",
    "hotline.Parameter",
    "hotline.DispatchRule",
    "hotline.LexiconVersion",
    "hotline.LabelSet",
    "hotline.Label",
    "hotline.LabelMap",
    "licences.LicenceType",
    "licences.Seal",
    "contenttypes.ContentType",
    "auth.Permission",
}


class Pristine:
    """
    Copies of the catalogue's tables, taken when they had just been loaded.

    Going back runs with session_replication_role = replica: no foreign key and no
    trigger fires, so tables are emptied in any order, the append-only ones too.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
        self.kept = {name: _columns(model) for name, model in tables.items() if _is_kept(model)}
        self.cleared = sorted(set(tables) - set(self.kept))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
            for table in self.kept:
                cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')

    def restore(self) -> None:
        """Everything written since is gone, and the catalogue is as it was."""
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
            cursor.execute("; ".join(f'DELETE FROM public."{table}"' for table in self.cleared))
            for table in self._changed(cursor):
                columns = self.kept[table]
                cursor.execute(f'DELETE FROM public."{table}"')
                cursor.execute(
                    f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {SCHEMA}."{table}"'
                )
            cursor.execute("RESET session_replication_role; RESET lock_timeout")

    def _changed(self, cursor: Any) -> list[str]:
        found = []
        for table in self.kept:
            columns = self.kept[table]
            now = f'SELECT {columns} FROM public."{table}"'
            then = f'SELECT {columns} FROM {SCHEMA}."{table}"'
            cursor.execute(f"SELECT EXISTS (({now} EXCEPT {then}) UNION ALL ({then} EXCEPT {now}))")
            if cursor.fetchone()[0]:
                found.append(table)
        return found


def _is_kept(model: Any) -> bool:
    return model._meta.app_label in KEPT or model._meta.label in KEPT


def _columns(model: Any) -> str:
    """Those that can be written: a generated column follows by itself."""
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated)
