// Decides which names denote a secret: keys, options, headers, fields, environment variables.
#pragma once

#include <string_view>

namespace log_analysis {

// How much of the text after the separator is secret.
enum class SecretKey : unsigned char {
  no,
  value,   // password=…: one value; words in a row are a passphrase
  key,     // api_key=…: like `value`, unless it is a path
  token,   // token=…: like `value`, unless it is a small number or a coin symbol
  weak,    // session=…: one word, unless it is a number or a symbol
  phrase,  // mnemonic: …: words up to the next key
  hook,    // webhook: …: a URL
  line,    // Authorization: …, Cookie: …: the rest of the line
};

// `name` as written, in any spelling: DB_PASSWORD, dbPassword, db-password, db.password.old, PGPASSWORD.
SecretKey secret_key(std::string_view name);

}  // namespace log_analysis
