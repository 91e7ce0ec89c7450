// Compares a document with the example that specifies it, in tests/fixtures/documents.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/catch.h"

namespace tests {

inline nlohmann::json example_document(const std::string& name) {
  std::ifstream file(std::string(SALUS_SOURCE_DIR) + "/tests/fixtures/documents/" + name);
  REQUIRE(file);
  return nlohmann::json::parse(file);
}

// Every key of the example is in the document, with the same type, at every depth. An element of a list, and
// an entry of the map `subsystem_health`, is compared with the first of the example. `details` are free.
inline void check_shape(const nlohmann::json& document, const nlohmann::json& example,
                        const std::string& where = "document") {
  INFO(where << ": " << document.dump());
  const bool numbers = document.is_number() && example.is_number();
  REQUIRE((numbers || document.type() == example.type()));
  if (example.is_array() && !example.empty()) {
    for (const auto& each : document) check_shape(each, example[0], where + "[]");
  }
  if (!example.is_object() || where.ends_with(".details")) return;
  if (where.ends_with(".subsystem_health")) {
    for (const auto& [name, each] : document.items())
      check_shape(each, example.begin().value(), where + "." + name);
    return;
  }
  for (const auto& [key, value] : example.items()) {
    INFO("key " << key);
    REQUIRE(document.contains(key));
    check_shape(document[key], value, where + "." + key);
  }
}

}  // namespace tests
