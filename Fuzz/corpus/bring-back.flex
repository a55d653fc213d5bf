# Bring a parked conversation back: route a new task to an agent. What the first task knew is not
# carried over, so the attributes are said again.

param chat: channel = UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2 "the conversation to bring back"
param from: interaction = KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1
param workspace: workspace = WS0123456789abcdef0123456789abcdef
param workflow: workflow = WWfedcba9876543210fedcba9876543210
param customer: text = "Jo" "shown to the agent"

use channel $chat in $from
let asked = invite routing {
  "properties": {
    "workspace_sid": "$workspace",
    "workflow_sid": "$workflow",
    "task_channel_unique_name": "chat",
    "attributes": {"customerName": "$customer", "reason": "brought back"}
  }
}
wait until (participants where type is agent).count >= 1 every 2s timeout 30s
echo "$asked: an agent is there again"
