import FlexAPI
import Testing

struct ErrorTests {
  @Test func readsTwiliosShape() {
    let body =
      #"{"status": 404, "code": 20404, "message": "gone", "more_info": "https://x/20404"}"#
    let error = APIError(status: 404, body: Array(body.utf8), requestID: "RQ1")
    #expect(error.kind == .api)
    #expect(error.code == .number(20404))
    #expect(error.message == "gone")
    #expect(error.moreInfo == "https://x/20404")
    #expect(error.requestID == "RQ1")
    #expect(!error.mayHaveBeenProcessed)
  }

  @Test(arguments: [
    (#"{"code": "45362", "message": "m"}"#, APIError.Code.number(45362)),
    (#"{"code": "E1", "message": "m"}"#, .text("E1")),
  ])
  func takesACodeAsNumberOrText(_ body: String, _ code: APIError.Code) {
    #expect(APIError(status: 400, body: Array(body.utf8), requestID: nil).code == code)
  }

  @Test func readsProblemDetails() {
    let body = """
      {"type": "https://www.twilio.com/docs/errors/20409", "title": "Conflict", "status": 409,
       "code": 20409, "detail": "busy", "errors": [{"detail": "no", "pointer": "/Status"}]}
      """
    let error = APIError(status: 409, body: Array(body.utf8), requestID: nil)
    #expect(error.message == "busy (/Status: no)")
    #expect(error.moreInfo == "https://www.twilio.com/docs/errors/20409")
  }

  @Test(arguments: ["", "<html>502</html>", "[1]", "{\"message\": 5}"])
  func speaksForItselfWhateverTheBody(_ body: String) {
    let error = APIError(status: 502, body: Array(body.utf8), requestID: nil)
    #expect(error.message.hasPrefix("HTTP status 502 with"))
    #expect(error.mayHaveBeenProcessed)
  }

  @Test(arguments: [
    (400, false), (401, false), (403, false), (404, false), (409, false), (429, false),
    (408, true), (302, true), (500, true), (503, true),
  ])
  func knowsWhatMayHaveBeenProcessed(_ status: Int, _ may: Bool) {
    let error = APIError(status: status, body: [], requestID: nil)
    #expect(error.mayHaveBeenProcessed == may)
  }
}
