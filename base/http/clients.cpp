#include "base/http/clients.h"

#include <utility>

namespace base::http {

ConnectedClients::Iterator ConnectedClients::add(std::uint64_t key, ConnectedClient client,
                                                 std::string peer) {
  client.peer = std::move(peer);
  client.of_peer = &of_peer_[client.peer];
  const auto [added, is_new] = clients_.try_emplace(key, std::move(client));
  ++*added->second.of_peer;
  return added;
}

void ConnectedClients::remove(Iterator client) {
  end_stream(client);
  buffered_ -= client->second.charged;
  if (--*client->second.of_peer == 0) of_peer_.erase(client->second.peer);
  clients_.erase(client);
}

void ConnectedClients::charge(Iterator client) {
  buffered_ -= client->second.charged;
  client->second.charged = client->second.connection.buffered();
  buffered_ += client->second.charged;
}

void ConnectedClients::begin_stream(Iterator client, std::shared_ptr<BodyStream> stream) {
  end_stream(client);
  client->second.stream_left = stream->size();
  client->second.stream = std::move(stream);
  ++streams_;
}

void ConnectedClients::end_stream(Iterator client) {
  if (!client->second.stream) return;
  client->second.stream.reset();
  client->second.fetching = false;
  --streams_;
}

ConnectedClients::Iterator ConnectedClients::first_to_go(
    const std::function<bool(const ConnectedClient&)>& may_go) {
  const auto occupant = [](const ConnectedClient& client) {
    return Occupant{.state = client.connection.state(),
                    .served = client.connection.served(),
                    .since = client.connection.since(),
                    .of_peer = *client.of_peer};
  };
  Iterator first = clients_.end();
  Occupant first_occupant;
  for (Iterator each = clients_.begin(); each != clients_.end(); ++each) {
    const Occupant candidate = occupant(each->second);
    if (!evictable(candidate) || !may_go(each->second)) continue;
    const bool sooner = first == clients_.end() || goes_before(candidate, first_occupant) ||
                        (!goes_before(first_occupant, candidate) && each->first < first->first);
    if (!sooner) continue;
    first = each;
    first_occupant = candidate;
  }
  return first;
}

}  // namespace base::http
