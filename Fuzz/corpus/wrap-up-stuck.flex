# Tasks hang: put the agents of two conversations into wrap-up, and go on if one is gone already.

let stuck = [UO27272727272727272727272727272727, UO6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b]
let interactions = [KD16161616161616161616161616161616, KD5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a]

for interaction in $interactions {
  for channel in channels in $interaction where status is active {
    try wrapup every agent on $channel
  }
}
echo "looked at $stuck.count channels"
