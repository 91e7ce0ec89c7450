// JSON from outside: no input crashes, and what is accepted can be printed and read again.
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = base::parse_json(text);
  if (!document) {
    fuzz::require(!document.error().message.empty(), "an error says something");
    return 0;
  }
  const auto again = base::parse_json(document->dump());
  fuzz::require(again && *again == *document, "a document survives being printed");
  fuzz::require(base::at_pointer(*document, "") == document.operator->(),
                "the empty pointer is the document");
  base::at_pointer(*document, text.substr(0, 100));
  return 0;
}
