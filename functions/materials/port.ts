/** The files that stand beside a lesson: images, and nothing outside its folder. */
export interface Materials {
  /**
   * A path on this host of the file that the lesson calls `name`.
   * @throws LecternError when there is none, it leaves the lesson's folder, or is not what it says
   */
  pathOf(name: string): Promise<string>;
}
