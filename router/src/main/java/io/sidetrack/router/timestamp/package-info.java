/** Keeps a record's original timestamp, which a lane topic replaces with the time of arrival (R4). */
package io.sidetrack.router.timestamp;
