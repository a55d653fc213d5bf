# An agent has gone home: wrap up every conversation that is left open.
#
#   flexsh run examples/agent-leaves.flex who=bo@example.org

param who: worker = "asha@example.org" "the agent's name, e-mail address or SID"

let open = reservations of $who where status is one of [accepted, wrapping]
echo "$open.count reservations are open"
wrapup every agent of $who
