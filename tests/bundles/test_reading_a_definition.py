import json

import jsonschema
import pytest

from bundles.services.files import SCHEMA
from bundles.spec import Kind, Source, read, sensitive_paths, write
from common.errors import BadInput
from tests.factories.bundles import FILES, bundle, raw_bundle, tea_house

NAMES = [path.stem for path in FILES]


def test_there_are_thirteen():
    assert len(FILES) == 13


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_schema_accepts_every_file(path):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(raw_bundle(path))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_is_written_reads_the_same_again(path):
    definition = bundle(path)

    again = read(json.loads(json.dumps(write(definition))))

    assert again == definition
    assert again.scenarios == definition.scenarios


def test_left_out_keys_mean_the_usual():
    definition = read(tea_house())

    assert definition.kind is Kind.BUNDLE
    assert definition.fields[0].required is True
    assert definition.matters[0].materials[0].source is Source.FORM
    assert definition.matters[0].notice.conditions


@pytest.mark.parametrize("missing", ["code", "name", "audience", "lead_department", "matters"])
def test_a_missing_key_is_named(missing):
    raw = tea_house()
    del raw[missing]

    with pytest.raises(BadInput, match=missing):
        read(raw)


def test_a_paper_from_nowhere_is_refused_by_its_source():
    raw = tea_house()
    raw["matters"][0]["materials"][0]["source"] = "天上掉下来"

    with pytest.raises(BadInput, match="天上掉下来"):
        read(raw)


def test_personal_numbers_are_found_in_fields_and_in_table_columns():
    paths = sensitive_paths(bundle(FILES[2]))

    assert {"legal_rep_id", "legal_rep_mobile", "shareholders.id_no", "delivery_address"} <= paths
    assert not paths & {"entity_name", "area_sqm", "premises_address", "uscc"}


def test_a_yes_or_no_about_an_account_is_not_a_number():
    assert "has_bank_account" not in sensitive_paths(bundle(FILES[0]))
