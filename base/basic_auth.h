// Basic authentication (RFC 7617) against bcrypt hashes. A verdict costs tens of milliseconds of CPU, so what
// was right once is remembered, as a keyed digest, and asked for less than a microsecond.
#pragma once

#include <array>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
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
  using Queue = std::list<std::string>;
  using Digest = std::array<unsigned char, 32>;
  Digest digest(std::string_view name, std::string_view hash, std::string_view password) const;
  bool remembers(const std::string& name, const Digest& digest);
  // Waits for its turn at hashing; false when too many wait.
  bool wait_for_turn(const std::string& from, Queue::iterator& mine);
  void end_turn(Queue::iterator mine);

  std::array<unsigned char, 32> salt_{};  // of this process: a digest is worth nothing elsewhere
  std::mutex mutex_;                      // of what follows
  std::condition_variable turn_;
  Queue queue_;                          // from where passwords came: the first is hashed, the others wait
  std::map<std::string, Digest> right_;  // the last right password of each name
};

}  // namespace base::http
