# Hand a conversation over: invite the next agent first, and only when that worked remove the first.
# The other way round a failed invite would leave the customer alone.

param chat: channel = UO27272727272727272727272727272727
param from: interaction = KD16161616161616161616161616161616
param leaving: participant = UT38383838383838383838383838383838 "who hands over"
param next: worker = WK00112233445566778899aabbccddeeff "who takes over"
param queue: queue = WQ99887766554433221100ffeeddccbbaa
param workspace: workspace = WS0123456789abcdef0123456789abcdef

use channel $chat in $from
invite routing {
  "properties": {"workspace_sid": "$workspace", "queue_sid": "$queue", "worker_sid": "$next"}
}
close $leaving
list participants
