// Basic authentication (RFC 7617) against bcrypt hashes. Checking a password costs tens of milliseconds of
// CPU, so results are cached under a keyed digest; a cached check takes less than a microsecond.
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

// Name and password of an Authorization header's value; nullopt when it contains none.
std::optional<std::pair<std::string, std::string>> parse_basic(std::string_view header);

// Thread-safe. In both calls `users` is not empty, and an unknown name takes as long as a known one.
class BasicAuth {
 public:
  BasicAuth();

  using Users = std::vector<std::pair<std::string, std::string>>;  // name, bcrypt hash
  // Whether the password is right, if the result is cached: the last right password of each name and the
  // newest wrong ones are. A changed hash invalidates both; nullopt when the result is not cached.
  std::optional<bool> known(const Users& users, std::string_view name, std::string_view password);
  // Hashes the password and caches the result.
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

  std::array<unsigned char, 32> salt_{};  // random for each process, so digests are useless outside it
  std::mutex mutex_;                      // guards the members below
  std::map<std::string, Digest> right_;   // the last right password of each name
  std::set<Digest> wrong_;
  std::deque<Digest> wrong_by_age_;  // the same, the oldest first
};

}  // namespace base::http
