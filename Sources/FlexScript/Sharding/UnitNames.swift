import FlexAPI

/// What is known of a value before the run, as far as the owner of a unit depends on it.
indirect enum Meaning: Hashable {
  /// A SID that the text or an argument names.
  case sid(AnySID)
  /// A text that is written out or given.
  case text(String)
  /// The path of a data file; `isArgument`: whether it is relative to the current folder.
  case file(String, isArgument: Bool)
  case list([Meaning])
  /// A cell of the pass's row; with an empty path, the element of the pass.
  case element([String])
  /// What a sentence with an owner answered; `isTask`: whether the owner is a task.
  case answer(Owner, isTask: Bool)
  /// Something that differs within one unit: the element of an inner loop.
  case varying
  /// Something live, of which the interaction is not known before the run.
  case live
  /// Something that no interaction has to do with.
  case plain
}

/// The names and places of a script at one position, for the owners of its units.
struct UnitNames {
  private var levels: [[String: Meaning]] = [[:]]
  /// The interaction in use; `nil` if none is.
  var interaction: Meaning?
  /// The script.
  let file: String
  /// What its parameters were given; `nil` for one that has its default.
  let arguments: [String: Meaning]

  init(file: String, arguments: [String: Meaning]) {
    self.file = file
    self.arguments = arguments
  }

  subscript(name: String) -> Meaning {
    get { levels.last { $0[name] != nil }?[name] ?? .plain }
    set { levels[levels.count - 1][name] = newValue }
  }

  /// Executes a body in which names and places are its own.
  mutating func push() -> Meaning? {
    levels.append([:])
    return interaction
  }

  /// Ends a block; `interaction`: what was in use before it.
  mutating func pop(_ interaction: Meaning?) {
    levels.removeLast()
    self.interaction = interaction
  }

  /// What an expression means.
  func meaning(of expression: Expression) -> Meaning {
    switch expression {
    case .sid(let sid): return .sid(sid)
    case .named, .number, .duration, .rate: return .plain
    case .list(let elements): return .list(elements.map { meaning(of: $0) })
    case .reference(let reference): return meaning(of: reference)
    case .text(let template):
      if template.parts.isEmpty { return .text("") }
      if template.parts.count == 1, case .literal(let text) = template.parts[0] {
        return .text(text)
      }
      var text = ""
      for part in template.parts {
        switch part {
        case .literal(let literal): text += literal
        case .reference(let reference):
          switch meaning(of: reference) {
          case .text(let known): text += known
          case .sid(let sid): text += sid.description
          case .answer(let owner, let isTask): return .answer(owner, isTask: isTask)
          case .file, .list, .element, .varying, .live, .plain: return .live
          }
        }
      }
      return .text(text)
    }
  }

  /// What a reference means.
  func meaning(of reference: Reference) -> Meaning {
    let value = self[reference.name]
    guard !reference.path.isEmpty else { return value }
    switch value {
    case .element(let path): return .element(path + reference.path)
    case .answer, .varying, .live: return value
    case .sid, .text, .file, .list, .plain: return .plain
    }
  }
}
