// Which names name a secret: of keys, options, headers, fields, environment variables.
#pragma once

#include <string_view>

namespace logs {

// What stands behind a key's separator is secret, and how far.
enum class SecretKey : unsigned char {
  no,
  value,   // password=…: one value; words in a row are a passphrase
  key,     // api_key=…: as value, unless it is a path
  token,   // token=…: as value, unless it is a small number or the symbol of a coin
  weak,    // session=…: one word, unless it is a number or a symbol
  phrase,  // mnemonic: …: words up to the next key
  hook,    // webhook: …: an address
  line,    // Authorization: …, Cookie: …: all that follows
};

// `name` as written, in any spelling: DB_PASSWORD, dbPassword, db-password, db.password.old, PGPASSWORD.
SecretKey secret_key(std::string_view name);

}  // namespace logs
