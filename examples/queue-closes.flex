# A queue closes for the night: its agents wrap up what they are working on.
# Calls are left alone, and so is what still waits for an agent.

for t in tasks of queue "Support" where status is assigned and channel is not voice {
  try wrapup every agent of $t
}
let waiting = tasks of queue "Sales" where status is pending
if $waiting.count > 0 {
  echo "$waiting.count tasks still wait in Sales"
}
