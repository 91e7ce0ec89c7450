// Who waits for a password to be hashed, and for how long a wrong one's answer is held back.
//
// One thread hashes. From the address that was served longest ago the newest request is taken: with more
// guesses than can be hashed, a queue in order of arrival would have everybody wait in vain. The answers to
// wrong passwords are paced, beyond the first few, at a fraction of what can be hashed: so whoever guesses
// waits most of the time for an answer, and the thread is free for a user who comes with the right one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"

namespace base::http {

// Thread-safe.
class PasswordQueue {
 public:
  explicit PasswordQueue(const Clock& clock);
  ~PasswordQueue() { stop(); }

  // Calls `check`, which hashes and says whether the password is right, and then `resume`, at a moment that
  // depends on it. When too many wait, or one has waited for too long, `resume` is called without `check`.
  // Both are called on the queue's thread.
  void add(const std::string& from, std::function<bool()> check, std::function<void()> resume);
  // Waits for the call under way; drops all others, also those that are added from now on.
  void stop();

 private:
  struct Waiting {
    std::string from;
    std::function<bool()> check;
    std::function<void()> resume;
    MonoTime since;
  };
  using Waitings = std::list<Waiting>;

  void work(const std::stop_token& stop);
  bool give_up_oldest(MonoTime now);
  Waitings::iterator oldest_of_the_most();
  Waitings take_next();
  void hash(Waiting waiting, std::unique_lock<std::mutex>& lock);
  void hold_back(std::function<void()> resume, MonoTime now);
  void resume_due(std::unique_lock<std::mutex>& lock);
  Duration until_due() const;

  const Clock& clock_;
  std::mutex mutex_;  // of what follows
  std::condition_variable_any changed_;
  bool stopped_ = false;
  bool added_ = false;
  Waitings waiting_;                                          // the oldest first
  std::map<std::string, std::uint64_t> served_;               // addresses, by when they were served last
  std::uint64_t turn_ = 0;                                    // counts what was served
  std::multimap<MonoTime, std::function<void()>> held_back_;  // by when they go on
  Duration pace_;                                             // between answers to wrong passwords
  MonoTime next_wrong_{};                                     // when the pace allows the next one
  std::jthread thread_;                                       // last: stopped and joined first
};

}  // namespace base::http
