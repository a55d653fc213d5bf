# Wrap-ups that are never finished: close the agents who have been in one for more than two hours.
# A task whose agent has left its conversation is reported, and left alone.
#
#   flexsh plan examples/stuck-wrap-ups.flex limit=4h

param limit: duration = 2h "how long a wrap-up may take"

for r in reservations where status is wrapping and date_updated older than $limit {
  echo "$r.worker has been in wrap-up too long"
  try close every agent of $r
}
