"""The system check, and two who publish at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.checks import Tags, run_checks
from django.db import connections

from bundles import selectors
from bundles.checks import published_versions_are_readable
from bundles.models import Bundle, BundleVersion
from bundles.services.editions import edition
from bundles.services.publishing import publish_editions
from events.models import EventRecord
from matters.models import Matter
from tests.factories.bundles import tea_house


def publish(raw):
    return publish_editions([edition(raw)], by=None)[0].version


def complaints():
    return [(error.id, error.msg) for error in published_versions_are_readable(None, databases=["default"])]


@pytest.mark.django_db
def test_the_loaded_catalogue_is_readable():
    assert complaints() == []


@pytest.mark.django_db
def test_nothing_is_asked_of_a_database_nobody_named(statements):
    with statements(at_most=0):
        assert published_versions_are_readable(None) == []


@pytest.mark.django_db
def test_the_check_runs_with_the_database_checks():
    assert [
        error
        for error in run_checks(tags=[Tags.database], databases=["default"])
        if "bundles" in (error.id or "")
    ] == []


def spoil(version, monkeypatch, **changes):
    """What an older program may have published: it cannot be written any more, so it is read differently."""
    raw = tea_house(**changes)
    monkeypatch.setattr(selectors, "_definitions", {version.pk: selectors.read(raw)})


@pytest.mark.django_db
def test_a_condition_the_code_cannot_read_is_told(monkeypatch):
    raw = tea_house()
    version = publish(raw)
    raw["matters"][2]["applies_when"] = "has_sign &&"
    spoil(version, monkeypatch, matters=raw["matters"])

    assert [error_id for error_id, _ in complaints()] == ["bundles.E001"]


@pytest.mark.django_db
def test_a_matter_that_left_the_catalogue_is_told():
    publish(tea_house())
    Matter.objects.filter(code="th-sign").delete()

    assert complaints() == [("bundles.E002", "tea-house: 目录里没有事项 th-sign")]


@pytest.mark.django_db
def test_a_department_that_is_no_more_is_told(monkeypatch):
    raw = tea_house()
    version = publish(raw)
    raw["matters"][1]["department"] = "市月球局"
    spoil(version, monkeypatch, matters=raw["matters"])

    assert complaints() == [("bundles.E003", "tea-house: 没有部门“市月球局”")]


def test_two_who_publish_the_same_at_once_make_one_version(committed):
    def publish_and_leave(_):
        try:
            return publish(tea_house()).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as people:
        numbers = list(people.map(publish_and_leave, range(4)))

    assert numbers == [1, 1, 1, 1]
    assert BundleVersion.objects.filter(bundle__code="tea-house").count() == 1
    assert EventRecord.objects.about("bundle:tea-house").count() == 1


def test_two_who_publish_different_things_at_once_are_numbered_in_turn(committed):
    def publish_and_leave(number):
        try:
            return publish(tea_house(summary=f"第{number}种")).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as people:
        numbers = list(people.map(publish_and_leave, range(4)))

    assert sorted(numbers) == [1, 2, 3, 4]
    assert Bundle.objects.get(code="tea-house").current.number == 4
