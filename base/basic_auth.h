// Basic authentication (RFC 7617) against bcrypt hashes. A verdict costs tens of milliseconds of CPU, so what
// was right once is remembered, as a keyed digest, and asked for less than a microsecond.
#pragma once

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace base::http {

// Name and password of an Authorization header's value; nullopt when it holds none.
std::optional<std::pair<std::string, std::string>> parse_basic(std::string_view header);

// Thread-safe.
class BasicAuth {
 public:
  BasicAuth();

  using Users = std::vector<std::pair<std::string, std::string>>;  // name, bcrypt hash
  enum class Verdict { kRight, kWrong, kBusy };
  // kBusy: so many passwords are being hashed already that another would hold up who is known; those `from`
  // one address leave room for another address's. An unknown name takes as long as a known one. `users` is
  // not empty; a hash that has changed since is checked anew.
  Verdict check(const Users& users, std::string_view name, std::string_view password,
                const std::string& from);

 private:
  using Digest = std::array<unsigned char, 32>;
  Digest digest(std::string_view name, std::string_view hash, std::string_view password) const;
  bool remembers(const std::string& name, const Digest& digest);
  bool take_place(const std::string& from);
  void leave_place(const std::string& from);

  std::array<unsigned char, 32> salt_{};  // of this process: a digest is worth nothing elsewhere
  std::mutex one_at_a_time_;
  std::mutex mutex_;                     // of what follows
  std::multiset<std::string> hashing_;   // for whom, by their addresses
  std::map<std::string, Digest> right_;  // the last right password of each name
};

}  // namespace base::http
