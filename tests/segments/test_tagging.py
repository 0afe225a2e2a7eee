"""Everybody in a segment is tagged by one task, and taken back as one."""

from siyu.kernel.clock import utcnow
from siyu.people.actions.tag_runs import undo_tagging
from siyu.people.queries.tags import worn_by
from siyu.segments.actions.tagging import tag_members


def test_everybody_in_a_segment_gets_a_tag_and_it_is_taken_back(client, app, brand_id):
    people = [
        client.post("/api/v1/customers", json={"phone": f"1380013800{one}", "province": "上海"}).json()[
            "customer_id"
        ]
        for one in range(3)
    ]
    group = client.post("/api/v1/tag-groups", json={"name": "来源"}).json()["groups"][0]["tag_group_id"]
    tags = client.post("/api/v1/tags", json={"tag_group_id": group, "name": "新客"}).json()["tags"]
    tag_id = tags[0]["tag_id"]
    client.post(f"/api/v1/customers/{people[0]}/tags", json={"add": [tag_id]})
    everybody = {"name": "所有人", "description": "", "definition": {"and": []}}
    segment_id = client.post("/api/v1/segments", json=everybody).json()["segment_id"]

    asked = client.post(f"/api/v1/segments/{segment_id}/tagging", json={"tag_id": tag_id})
    assert asked.status_code == 202, asked.text
    run = client.get("/api/v1/tag-runs").json()[0]
    tag_members(app, brand_id=brand_id, tag_run_id=run["tag_run_id"], segment_id=segment_id, now=utcnow())

    run = client.get("/api/v1/tag-runs").json()[0]
    assert (run["customers"], run["source"], run["title"]) == (2, "rule", "所有人")  # one had it already
    task_id = client.post(f"/api/v1/tag-runs/{run['tag_run_id']}/undo").json()["task_id"]
    undo_tagging(app, brand_id=brand_id, task_id=task_id, tag_run_id=run["tag_run_id"], now=utcnow())
    with app.db.transaction(brand_id=brand_id) as session:
        worn = [bool(worn_by(session, customer_id=who)) for who in people]
    assert worn == [True, False, False]
