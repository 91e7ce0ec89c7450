// Basic authentication (RFC 7617) against bcrypt hashes. A verdict costs tens of milliseconds of CPU, so what
// was found once is remembered, as a keyed digest, and asked for less than a microsecond.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base::http {

// Name and password of an Authorization header's value; nullopt when it holds none.
std::optional<std::pair<std::string, std::string>> parse_basic(std::string_view header);

// Thread-safe. In both calls `users` is not empty, and an unknown name takes as long as a known one.
class BasicAuth {
 public:
  BasicAuth();

  using Users = std::vector<std::pair<std::string, std::string>>;  // name, bcrypt hash
  // Whether it is right, if that is remembered: the right password of each name, and the newest wrong ones. A
  // hash that has changed since makes both unknown.
  std::optional<bool> known(const Users& users, std::string_view name, std::string_view password);
  // Hashes the password, and remembers what came of it.
  bool check(const Users& users, std::string_view name, std::string_view password);

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Asked {
    std::string name;  // of the user whose hash it is
    std::string hash;
    bool exists = false;
    Digest digest{};
  };
  Asked look_up(const Users& users, std::string_view name, std::string_view password) const;
  void remember_wrong(const Digest& digest);

  std::array<unsigned char, 32> salt_{};  // of this process: a digest is worth nothing elsewhere
  std::mutex mutex_;                      // of what follows
  std::map<std::string, Digest> right_;   // the last right password of each name
  std::set<Digest> wrong_;
  std::deque<Digest> wrong_by_age_;  // the same, the oldest first
};

}  // namespace base::http
