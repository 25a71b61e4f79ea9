/** No segment lasts longer, and playlists say so from the first on: it may never change. Clips have a key frame every two seconds. */
export const TARGET_SECONDS = 4;
