# The shift ends: wrap up or close what its agents have left open, as a list says.
# Every row of the list is checked before the first request is sent.
#
#   flexsh check examples/shift-end.flex
#   flexsh run --simulate examples/shift-end.flex
#   flexsh examples/shift-end.flex leavers=tonight.csv

param leavers: file = "shift-end.csv" "participant, channel, interaction and what to do"

for row in rows of $leavers where what is "close" {
  close $row.participant on $row.channel in $row.interaction
}
for row in rows of $leavers where what is "wrapup" {
  wrapup $row.participant on $row.channel in $row.interaction
}
echo "good night"
