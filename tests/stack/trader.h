// The trading bot's own part: it opens and closes positions as far as the policy document and what it was
// told over HTTP allow. How a real one should obey is in docs/trading-endpoint.md.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/stack/http.h"

namespace example {

// What may be done now. The default is what holds when nothing is known: no_new_trades.
struct Allowed {
  std::string policy = "no_new_trades";
  std::string why = "no policy document";
  bool open = false;       // new positions
  bool half = false;       // reduced, to half the size here
  bool keep_risky = true;  // positions of high risk
  bool keep_any = true;
};

// Of a policy document's text at `now`: its `restrictions`, and its word. One that is missing, cut, old, from
// the future or says something unknown allows no new positions.
Allowed read_policy(const std::string& text, double now);

// Thread-safe.
class Trader {
 public:
  // `token_file` may be empty: whoever reaches it may tell it what to do.
  Trader(std::string policy_file, std::string token_file, std::function<double()> time);

  // One second's trading: closes what must be closed, then opens at most one position.
  void round();
  // GET /orders; POST /control/{pause,safe-profile,no-new-trades,defensive-exit,close-all,resume}.
  Response handle(const Request& request);

 private:
  struct Position {
    double size = 1;
    bool risky = false;
  };
  Allowed allowed() const;
  Response orders() const;
  // `undoes`: the one order that a resume lifts, by its action; empty: every one.
  Response control(std::string_view order, const std::string& request_id, const std::string& undoes);
  void resume(const std::string& undoes);
  Response acknowledge(const std::string& request_id, std::string_view detail);
  long risky() const;

  const std::string policy_file_;
  const std::string token_file_;
  const std::function<double()> time_;
  mutable std::mutex mutex_;  // guards what follows
  bool paused_ = false;
  bool no_new_ = false;
  bool safe_ = false;
  bool defensive_ = false;
  bool close_all_ = false;
  std::vector<Position> positions_;
  long orders_ = 0;
  double last_order_ = 0;
  std::map<std::string, Response, std::less<>>
      acknowledged_;  // by request id: a repetition does nothing again
};

}  // namespace example
