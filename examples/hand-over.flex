# Hand a conversation over: invite the next agent, wait until that agent has joined, and only then
# remove the first. The other way round a failed invite would leave the customer alone.

param chat: channel = UO27272727272727272727272727272727
param from: interaction = KD16161616161616161616161616161616
param leaving: participant = UT38383838383838383838383838383838 "who hands over"
param next: worker = WK00112233445566778899aabbccddeeff "who takes over"
param queue: queue = WQ99887766554433221100ffeeddccbbaa
param workspace: workspace = WS0123456789abcdef0123456789abcdef

use channel $chat in $from
let before = participants where type is agent
invite routing {
  "properties": {"workspace_sid": "$workspace", "queue_sid": "$queue", "worker_sid": "$next"}
}
wait until (participants where type is agent).count > $before.count every 1s timeout 2m
close $leaving
list participants
