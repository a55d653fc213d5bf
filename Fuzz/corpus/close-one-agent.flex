# One agent went home and is still in a conversation: remove that agent and nobody else.
# The task completes and the customer's conversation stays open.
#
#   flexsh run --simulate examples/close-one-agent.flex
#   flexsh examples/close-one-agent.flex agent=UT… chat=UO… from=KD…

param agent: participant = UTc3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3 "who leaves"
param chat: channel = UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2 "the conversation"
param from: interaction = KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1 "its interaction"

use interaction $from
expect (channel $chat).status is active, "the channel is not active"
close $agent on $chat
list participants on $chat
