# Remove every agent from a conversation; the customer stays.

param chat: channel = UOb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2 "the conversation to clear"
param from: interaction = KDa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1

use channel $chat in $from
let before = participants where type is agent
echo "removing $before.count agents from $chat"
close every agent
expect (participants where type is agent).count is 0, "somebody is still there"
