"""Reads and writes with Twilio's own library, and prints what it got: one line of JSON for each step."""
import json
import sys

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

url = sys.argv[1]
client = Client("AC" + "0" * 32, "secret")
for product in (client.flex_api, client.taskrouter, client.conversations):
    product.base_url = url


def show(step, *values):
    print(json.dumps([step, *values]))


def sid(prefix, pair):
    return prefix + pair * 16


configuration = client.flex_api.v1.configuration().fetch()
show("workspace", configuration.taskrouter_workspace_sid)
workspaces = client.taskrouter.v1.workspaces
show("workspaces", [w.friendly_name for w in workspaces.list()])
workspace = workspaces(configuration.taskrouter_workspace_sid)
live = ["pending", "reserved", "assigned", "wrapping"]
tasks = workspace.tasks.list(assignment_status=live, ordering="DateCreated:asc", page_size=3)
show("tasks", [t.sid for t in tasks])
show("wrapping", [t.sid for t in workspace.tasks.list(assignment_status=["wrapping"])])
expression = "flexInteractionSid == '%s'" % sid("KD", "a1")
found = workspace.tasks.list(evaluate_task_attributes=expression)
show("expression", sorted(t.sid for t in found))
task = workspace.tasks(sid("WT", "c3")).fetch()
show("task", task.assignment_status, task.task_queue_friendly_name, json.loads(task.attributes))
reservations = []
for one in tasks:
    reservations += workspace.tasks(one.sid).reservations.list()
show("reservations", [r.sid for r in reservations])
worker = workspace.workers(sid("WK", "1a"))
show("worker", worker.fetch().friendly_name)
show("accepted", [r.sid for r in worker.reservations.list(reservation_status="accepted")])
show("workers", [w.friendly_name for w in workspace.workers.list(page_size=2)])
show("available", [w.friendly_name for w in workspace.workers.list(available="false")])
show("queues", [q.friendly_name for q in workspace.task_queues.list()])
show("workflows", [w.friendly_name for w in workspace.workflows.list()])
rows = client.conversations.v1.participant_conversations.list(address="+15550100")
show("conversations", [r.conversation_sid for r in rows])
conversation = client.conversations.v1.conversations(sid("CH", "5a")).fetch()
show("conversation", conversation.state)
channel = client.flex_api.v1.interaction(sid("KD", "a1")).channels(sid("UO", "b2"))
show("participants", [p.sid for p in channel.participants.list()])
show("channel", channel.fetch().status)

# Writes: a participant, a reservation with its revision, a task with its revision.
channel.participants(sid("UT", "c3")).update(status="closed")
show("closed", workspace.tasks(sid("WT", "c3")).fetch().assignment_status)
wrapping = workspace.tasks(sid("WT", "1e")).reservations(sid("WR", "1e"))
wrapping.update(reservation_status="completed", if_match='"0"')
show("completed", wrapping.fetch().reservation_status)
try:
    workspace.tasks(sid("WT", "ca")).update(
        assignment_status="completed", reason="over", if_match='"7"')
except TwilioRestException as error:
    show("stale", error.status)
voice = workspace.tasks(sid("WT", "ca")).update(
    assignment_status="completed", reason="over", if_match='"0"')
show("voice", voice.assignment_status, voice.reason)
try:
    workspace.tasks(sid("WT", "38")).update(assignment_status="canceled", reason="no")
except TwilioRestException as error:
    show("refused", error.status, error.code)
