# Park a conversation: its agents leave, and it waits until somebody brings it back.
# bring-back.flex does that.

param chat: channel = UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2 "the conversation to park"
param from: interaction = KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1

use channel $chat in $from
if (channel).status is not active {
  stop "it is not active, so there is nothing to park"
}
for agent in participants where type is agent {
  echo "parking what $agent.routing_properties.worker_sid was working on"
  close $agent
}
