extension String {
  /// The text with its ASCII capitals in lower case: how names are compared.
  ///
  /// Source: LANGUAGE.md §4.
  package var asciiLowercased: String {
    String(
      decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
