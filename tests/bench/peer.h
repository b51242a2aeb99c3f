/* SPDX-License-Identifier: MIT */
/* peer.h - what others take, in other programs. */
#ifndef PEER_H
#define PEER_H

/* Microseconds for each item, as peers/peer.sh says; negative: that peer is not
 * installed. What else goes wrong ends the program. */
double peer_ask(const char *what);

#endif
