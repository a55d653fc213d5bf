extension Catalog {
  /// What flexsh knows: one entry for each file in this folder, in the order in which help lists them.
  package static let standard = Catalog([
    (Participant.resource, Participant.operations),
    (Channel.resource, Channel.operations),
    (Interaction.resource, Interaction.operations),
    (Invite.resource, Invite.operations),
    (Transfer.resource, Transfer.operations),
    (RoutedTask.resource, RoutedTask.operations),
    (Reservation.resource, Reservation.operations),
    (Worker.resource, Worker.operations),
    (Queue.resource, Queue.operations),
    (Workflow.resource, Workflow.operations),
    (Workspace.resource, Workspace.operations),
    (Conversation.resource, Conversation.operations),
    (ParticipantConversation.resource, ParticipantConversation.operations),
    (FlexConfiguration.resource, FlexConfiguration.operations),
  ])
}
