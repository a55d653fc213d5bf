# A runbook of runbooks: clear one conversation, park another.

run "clear-channel.flex"
run "park.flex" with chat = UO27272727272727272727272727272727, from = KD16161616161616161616161616161616
