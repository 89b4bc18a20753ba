import { type Command, defineOptions, string, toggle } from '@wharf/agent';

const options = defineOptions({
  base: {
    flag: 'base',
    type: string('image'),
    default: undefined,
    summary:
      'The image with Node that the agents are built on, instead of node:24-bookworm-slim; debian makes one from Debian packages, and needs no image registry.',
    example: 'debian',
  },
  network: {
    flag: 'network',
    type: string('network'),
    default: undefined,
    summary: 'The network of the build steps, where the npm registry must be reached: that of docker build without it.',
    example: 'host',
  },
  source: {
    flag: 'source',
    type: string('URL'),
    default: undefined,
    summary: 'Where the source is, for the label org.opencontainers.image.source.',
    example: 'https://git.example.org/wharf',
  },
  save: {
    flag: 'save',
    type: string('file'),
    default: undefined,
    summary: 'Also writes all images to a tar file, which docker load takes on hosts without a registry.',
    example: 'wharf-images.tar',
  },
  noCache: {
    flag: 'no-cache',
    type: toggle(),
    default: false,
    summary: 'Does every step anew, instead of taking what the engine still has of a former build.',
  },
});

/** The command line of `npm run images`. */
export const imagesCommandLine: Command<typeof options> = {
  name: 'npm run images --',
  summary:
    'Builds the images of the agents and of central-rsyslog with the local container engine, and says their sizes.',
  usage: '[options]',
  positionals: { name: '', summary: '', min: 0, max: 0 },
  options,
  examples: [
    { command: 'npm run images', summary: 'Builds wharf/registrar and the others on node:24-bookworm-slim.' },
    { command: 'npm run images -- -base debian', summary: 'The same where no image registry can be reached.' },
    {
      command: 'npm run images -- -save wharf-images.tar',
      summary: 'Takes them along: docker load --input wharf-images.tar on each host.',
    },
  ],
};

export type ImagesOptions = typeof options;
