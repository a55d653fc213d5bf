# A customer asks to be left alone: from the number to the conversation, and the agent leaves it.

param number: text = "+15550100" "the customer's number"

for row in find $number where reservation is not empty {
  echo "$row.worker_name is with $row.customer, $row.channel_type"
  close $row
}
