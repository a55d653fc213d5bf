import FlexAPI
import Testing

@testable import FlexClient

struct FormEncodingTests {
  @Test(arguments: [
    ([("Status", "closed")], "Status=closed"), ([("A", ""), ("B", "-._*9zZ")], "A=&B=-._*9zZ"),
    ([("Name", "a b+c&d=e%~")], "Name=a+b%2Bc%26d%3De%25%7E"), ([("é", "日")], "%C3%A9=%E6%97%A5"),
    ([("Json", "{\"a\":\"\n\"}")], "Json=%7B%22a%22%3A%22%0A%22%7D"), ([], ""),
  ])
  func encodes(_ fields: [(String, String)], _ expected: String) {
    let encoded = FormEncoding.encode(
      fields.map { OperationRequest.Field(name: $0.0, value: $0.1) })
    #expect(String(decoding: encoded, as: UTF8.self) == expected)
  }
}
