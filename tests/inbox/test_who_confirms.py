"""What a giver reads of its recipients: whether somebody there confirms, of nobody more than that."""

from __future__ import annotations

from sqlalchemy import text

from tenants import Role, db
from tests.factories.identity import create_membership
from tests.factories.ledger import drafted, euro, granted, issued, traeger
from tests.support.reader import reading
from tests.support.statements import counted


def who_confirms(reader):
    """What the list of allocations says of which recipient."""
    rows = reader.open("/t/musterkreis/mittel/weiterleitungen").page.one("tbody").all("tr")
    return {(row.one("a").text, row.all("td")[0].text) for row in rows}


def test_the_list_says_of_each_recipient_whether_somebody_confirms_there(town):
    """Invited, disabled, gone or with another role is nobody; the list, its file and many rows cost one statement."""
    kreis, gemeinde, sibling = town.district.kreis, town.district.gemeinde, town.district.sibling
    town.settle("kim", (kreis, Role.KI_COORDINATOR))
    olga = town.settle("olga", (sibling, Role.AUDITOR))
    kim = town.actor("kim", kreis, Role.KI_COORDINATOR)

    def change(statement):
        with town.superuser.begin() as connection:
            connection.execute(text(statement), {"olga": olga.account_id, "gemeinde": gemeinde.id})

    with town.works.app.app_context(), reading(town.works.app, kim) as reader:
        fund = granted(kim, euro("10000"))
        issued(kim, fund, gemeinde.id, euro("1000"))
        drafted(kim, fund, sibling.id, euro("1000"))
        issued(kim, fund, traeger(kim), euro("1000"))
        others = {("Öhringhausen", "nimmt teil"), ("Wohlfahrtsverband", "nimmt nicht teil")}
        assert who_confirms(reader) == others | {("Musterstadt", "niemand hat die Rolle")}
        with town.superuser.begin() as connection:
            create_membership(connection, olga.account_id, olga.email, gemeinde, Role.OFFICER, accepted=False)
        assert ("Musterstadt", "niemand hat die Rolle") in who_confirms(reader)
        change("UPDATE membership SET accepted_at = now() WHERE account_id = :olga AND tenant_id = :gemeinde")
        assert ("Musterstadt", "bestätigt selbst") in who_confirms(reader)
        assert (
            "bestätigt selbst" in reader.open("/t/musterkreis/mittel/weiterleitungen/liste.csv").response.text
        )
        change("UPDATE account SET disabled_at = now() WHERE id = :olga")
        assert ("Musterstadt", "niemand hat die Rolle") in who_confirms(reader)
        change("UPDATE account SET disabled_at = NULL WHERE id = :olga")
        with counted(db.engine) as few:
            assert ("Musterstadt", "bestätigt selbst") in who_confirms(reader)
        for _ in range(5):
            issued(kim, fund, gemeinde.id, euro("100"))
        issued(kim, fund, sibling.id, euro("100"))
        with counted(db.engine) as many:
            assert ("Öhringhausen", "niemand hat die Rolle") in who_confirms(reader)
        assert len(many) == len(few)
        change("UPDATE membership SET ended_at = now() WHERE account_id = :olga AND tenant_id = :gemeinde")
        assert ("Musterstadt", "niemand hat die Rolle") in who_confirms(reader)
