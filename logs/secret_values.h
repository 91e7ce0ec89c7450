// Where a secret's value begins and ends behind its name.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "logs/secret_names.h"

namespace logs {

// What joins a name to its value.
enum class Joint : unsigned char {
  equals,     // password=x
  colon,      // password: x
  option,     // --password x
  statement,  // the password is x
  query,      // ?password=x&
  field,      // ;Password=x y;
};

struct Value {
  std::size_t begin = 0;  // what is secret; empty: nothing is
  std::size_t end = 0;
  std::size_t next = 0;  // where reading goes on; at least `end`
};

// The value at `i`, behind the joint. `open`: the quote that is open there, 0 for none. `encoded`: the joint
// was written as %3D or the like.
Value value_at(std::string_view text, std::size_t i, SecretKey kind, Joint joint, char open,
               bool encoded = false);

// The end of one value without quotes.
std::size_t bare_end(std::string_view text, std::size_t i, char open, bool encoded = false);

// Whether at `i` is what is left of a secret: "***", or a pattern's "<*>".
bool masked_at(std::string_view text, std::size_t i);

// Where the value stands in a sentence behind a secret's noun: "… for user x is ", " was ", " set to ";
// nothing when it does not go on like this. `changes`: "set" or the like stands before the noun, so that "to"
// will do.
std::optional<std::size_t> stated_value(std::string_view text, std::size_t i, bool changes);

}  // namespace logs
