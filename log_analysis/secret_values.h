// Finds where the value of a secret begins and ends after its name.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/secret_names.h"

namespace log_analysis {

// How name and value are connected.
enum class Joint : unsigned char {
  equals,     // password=x
  colon,      // password: x
  option,     // --password x
  statement,  // the password is x
  query,      // ?password=x&
  field,      // ;Password=x y;
};

struct Value {
  std::size_t begin = 0;  // start of the secret; an empty range: no secret
  std::size_t end = 0;
  std::size_t next = 0;  // where to continue; at least `end`
};

// The value at `i`, after the separator. `open`: the quote that is open there, 0 for none. `encoded`: the
// separator was encoded, such as %3D.
Value value_at(std::string_view text, std::size_t i, SecretKey kind, Joint joint, char open,
               bool encoded = false);

// The end of one unquoted value.
std::size_t bare_end(std::string_view text, std::size_t i, char open, bool encoded = false);

// Whether a masked secret is at `i`: "***", or "<*>" of a pattern.
bool masked_at(std::string_view text, std::size_t i);

// Where the value is in a sentence after the noun of a secret: "… for user x is ", " was ", " set to ";
// nullopt for other text. `changes`: "set" or a similar word precedes the noun, so "to" is enough.
std::optional<std::size_t> stated_value(std::string_view text, std::size_t i, bool changes);

}  // namespace log_analysis
