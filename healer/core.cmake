# The healer's core: no I/O but the journal, no clock but the one it is given.
target_sources(healer PRIVATE
  ${CMAKE_CURRENT_LIST_DIR}/model.cpp
  ${CMAKE_CURRENT_LIST_DIR}/incident.cpp)
