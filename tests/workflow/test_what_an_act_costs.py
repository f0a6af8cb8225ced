"""Statements are counted: an act costs the same however many matters it is about (design section 13)."""

import pytest

from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.bundles import material, matter
from workflow import services


def cost(statements, filing, by) -> int:
    """The second filing of the same kind: calendar, version and departments are known."""
    services.submit(filing, by=by)
    by.__dict__.pop("_standing", None)
    with statements(at_most=25) as sent:
        services.submit(filing, by=by)
    return len(sent)


@pytest.mark.parametrize(
    ("code", "matters"), [("transport-company-opening", 8), ("listing-compliance-check", 16)]
)
def test_filing_eight_matters_or_more_takes_at_most_twenty_five_statements(cast, statements, code, matters):
    filing = at.a_filing(cast.huarong, code)
    assert cost(statements, filing, cast.huarong) <= 25
    assert services.submit(filing, by=cast.huarong).reviews.count() == matters


def test_filing_twelve_matters_takes_as_many_statements_as_filing_four(on_offer, cast, statements):
    def like_police(n: int) -> dict:
        return matter(f"cs-{n}", department="市公安局", materials=[material(shop.LEASE)])

    few = cost(statements, shop.filing(cast.li, answers={"has_sign": False}), cast.li)
    shop.published(matters=shop.corner_shop()["matters"] + [like_police(n) for n in range(8)])
    filing = shop.filing(cast.li, answers={"has_sign": False})
    assert cost(statements, filing, cast.li) == few
    assert services.submit(filing, by=cast.li).reviews.count() == 12


def test_the_last_word_of_the_joint_review_costs_the_same_however_many_have_spoken(
    on_offer, cast, statements
):
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-licence", "cs-fire", "cs-police")
    review, officer = at.review_of(application, "cs-sign"), shop.officer(cast, "cs-sign")
    with statements(at_most=12):
        services.confirm_complete(review.pk, by=officer)
